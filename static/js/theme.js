/* Loaded before the first paint: turns "auto" into light or dark, so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var chosen = root.getAttribute("data-theme") || "auto";
    root.setAttribute("data-bs-theme", chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen);
    document.querySelectorAll("[data-set-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-set-theme") === chosen));
    });
  }
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  // Paper is white, whatever the screen is.
  window.addEventListener("beforeprint", function () { root.setAttribute("data-bs-theme", "light"); });
  window.addEventListener("afterprint", apply);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set-theme]");
    if (!button) return;
    var chosen = button.getAttribute("data-set-theme");
    root.setAttribute("data-theme", chosen);
    // The server reads this cookie and writes the attribute into the next page.
    document.cookie = "cmo_theme=" + chosen + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
    apply();
  });
})();
