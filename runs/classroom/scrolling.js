// What is wider than the screen can be scrolled with the arrow keys.
const wide = new ResizeObserver(function (seen) {
  seen.forEach(function (each) {
    if (each.target.scrollWidth > each.target.clientWidth) { each.target.tabIndex = 0; } else { each.target.removeAttribute("tabindex"); }
  });
});
document.querySelectorAll("table, .table-wrapper, pre, .drawn").forEach(function (each) { wide.observe(each); });
