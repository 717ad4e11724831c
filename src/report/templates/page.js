"use strict";
(function () {
  var byId = function (id) { return document.getElementById(id); };

  // Language: the radio buttons do the work by style alone; this follows the address and names the language.
  var zh = byId("language-zh"), en = byId("language-en");
  function setLanguage() { document.documentElement.lang = en.checked ? "en" : "zh-CN"; }
  function followAddress() {
    if (location.hash === "#en") { en.checked = true; }
    if (location.hash === "#zh") { zh.checked = true; }
    setLanguage();
    var target = location.hash.length > 1 && byId(location.hash.slice(1));
    var folded = target && target.closest && target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  }
  zh.addEventListener("change", setLanguage);
  en.addEventListener("change", setLanguage);
  window.addEventListener("hashchange", followAddress);
  followAddress();

  // Filter of the clause sheet.
  var filter = byId("filter"), verdict = byId("filter-verdict"), article = byId("filter-article");
  var text = byId("filter-text"), told = byId("filter-count"), folded = byId("not-met"), once = byId("data-set");
  if (filter) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("tbody.finding"));
    var texts = rows.map(function (row) { return row.querySelector(".where").textContent.toLowerCase(); });
    var apply = function () {
      var wanted = text.value.trim().toLowerCase(), shown = 0, shownFolded = 0, shownOnce = 0;
      rows.forEach(function (row, index) {
        var fits = (!verdict.value || row.dataset.verdict === verdict.value) &&
          (!article.value || row.dataset.article === article.value) &&
          (!wanted || texts[index].indexOf(wanted) >= 0);
        row.hidden = !fits;
        if (fits) { shown += 1; if (row.dataset.verdict === "NOT_MET") { shownFolded += 1; }
          if (once && once.contains(row)) { shownOnce += 1; } }
      });
      told.textContent = shown + " / " + rows.length;
      if (folded && shownFolded && verdict.value === "NOT_MET") { folded.open = true; }
      if (once && shownOnce && (article.value || verdict.value)) { once.open = true; }
    };
    [verdict, article].forEach(function (field) { field.addEventListener("change", apply); });
    text.addEventListener("input", apply);
    filter.addEventListener("submit", function (event) { event.preventDefault(); });
    filter.hidden = false;
    apply();
  }

  // Print the cases, then fold them again; other folded parts print as they stand. Rows of conditions
  // not met stay folded if they are many.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])")).filter(function (one) {
      return one.id === "not-met" ? one.querySelectorAll("tbody").length <= 200 :
        one.className === "cases" && !one.closest("#not-met");
    });
    opened.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (one) { one.open = false; });
  });

  var print = byId("print");
  if (print) { print.hidden = false; print.addEventListener("click", function () { window.print(); }); }
})();
