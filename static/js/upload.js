/* The drop zone is a labelled file input; this adds dropping and the name of the chosen file. */
(function () {
  "use strict";
  function show(zone) {
    var input = zone.querySelector("input[type=file]");
    var line = zone.querySelector(".drop-chosen");
    if (!line) return;
    line.textContent = Array.from(input.files).map(function (file) {
      var large = file.size >= 1000000;
      var size = new Intl.NumberFormat(document.documentElement.lang, {
        style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0
      }).format(Math.max(1, file.size / (large ? 1000000 : 1000)));
      return file.name + " (" + size + ")";
    }).join(", ");
  }
  ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var zone = event.target.closest && event.target.closest(".drop-zone");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        zone.querySelector("input[type=file]").files = event.dataTransfer.files;
        show(zone);
      }
    });
  });
  document.addEventListener("change", function (event) {
    var zone = event.target.closest(".drop-zone");
    if (zone && event.target.type === "file") show(zone);
  });
})();
