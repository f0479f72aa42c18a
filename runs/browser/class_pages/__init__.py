"""Pages for a class: phones, the teacher and the wall. Plain HTML, small scripts, and server-sent events."""
