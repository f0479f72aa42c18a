// How well a page answers a search, for Sphinx's own search: answers and tutorials come first, the papers of the house last.
const FIRST_ANSWERS = ["questions", "limits", "first-look", "a-lesson", "a-brief", "runs/worlds/TUTORIAL"];
const LAST_ANSWERS = ["CHANGELOG", "CONTRIBUTING", "model/data/EVIDENCE"];

var Scorer = {
  score: ([page, , , , score]) => score * (FIRST_ANSWERS.includes(page) ? 2 : LAST_ANSWERS.includes(page) ? 0.25 : 1),
  // the rest is as Sphinx has it
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
