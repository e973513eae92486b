// The print button of the report.
document.getElementById("print").addEventListener("click", () => window.print());
