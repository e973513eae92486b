// Drawn signatures as SVG path data, each kept in its hidden field.
for (const canvas of document.querySelectorAll("[data-sign]")) {
  const field = document.getElementById(canvas.dataset.sign);
  const pen = canvas.getContext("2d");
  let down = false;
  pen.lineWidth = 2.5;
  pen.lineCap = "round";
  if (field.value) pen.stroke(new Path2D(field.value)); // a form that came back keeps its signature
  const at = (e) => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [Math.round((e.clientX - box.left) * scale), Math.round((e.clientY - box.top) * scale)];
  };
  canvas.addEventListener("pointerdown", (e) => {
    down = true;
    canvas.setPointerCapture(e.pointerId);
    const [x, y] = at(e);
    pen.beginPath();
    pen.moveTo(x, y);
    field.value += `M${x} ${y}`;
  });
  canvas.addEventListener("pointermove", (e) => {
    if (!down) return;
    const [x, y] = at(e);
    pen.lineTo(x, y);
    pen.stroke();
    field.value += `L${x} ${y}`;
  });
  canvas.addEventListener("pointerup", () => { down = false; });
  canvas.parentElement.querySelector("[data-sign-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  });
}
