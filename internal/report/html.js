// Narrows the cards to those that hold what is typed. Without it all show.
(function () {
  var box = document.getElementById("filter");
  var cards = document.querySelectorAll("[data-card]");
  if (cards.length < 4) return;
  box.hidden = false;
  var field = box.querySelector("input"), said = box.querySelector("output");
  field.addEventListener("input", function () {
    var want = field.value.toLowerCase(), n = 0;
    cards.forEach(function (c) {
      c.hidden = want !== "" && c.textContent.toLowerCase().indexOf(want) < 0;
      if (!c.hidden) n++;
    });
    said.textContent = want === "" ? "" : said.dataset.shown.replace("%s", n).replace("%s", cards.length);
  });
})();
