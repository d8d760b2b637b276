/* "/" puts the cursor into the page's search; Escape leaves it. */
(function () {
  "use strict";
  function typing(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches("[data-search]")) {
      event.target.blur();
      return;
    }
    if (event.key !== "/" || typing(event.target) || document.querySelector("dialog[open], .offcanvas.show")) return;
    var search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
})();
