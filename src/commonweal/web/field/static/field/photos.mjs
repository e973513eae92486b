// A photograph on the phone: made anew from its points (so that neither place nor device leaves the phone), small
// enough for a weak network, and kept sealed in the queue until it was sent once.
const SIDE = 1600;
const MOST = 2_400_000; // bytes; one batch takes 4 MB of text
const QUALITIES = [0.82, 0.7, 0.5];

// The picture as base64 of a JPEG; throws where the file is no picture.
export const prepared = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const sheet = Object.assign(document.createElement("canvas"), { width, height });
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  picture.close();
  for (const quality of QUALITIES) {
    const made = await new Promise((done) => { sheet.toBlob(done, "image/jpeg", quality); });
    if (made && made.size <= MOST) return base64(made);
  }
  throw new Error("too big");
};

const base64 = (blob) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(blob);
});

// Keep what the form holds; false, and a line of words, where the file is no photograph.
export const keep = async (form, connection, record) => {
  const given = new FormData(form);
  const fault = form.querySelector("[data-fault-line]");
  fault.hidden = true;
  try {
    const content = await prepared(given.get("file"));
    await connection.queue.add("photo", record, { kind: given.get("kind"), caption: given.get("caption"), content });
    return true;
  } catch {
    fault.textContent = form.dataset.unsound;
    fault.hidden = false;
    fault.scrollIntoView({ block: "center" });
    return false;
  }
};

// What waits of a record, as cards.
export const show = async (connection, record, list) => {
  const kept = await connection.disk.photos(record);
  list.replaceChildren(...kept.map(({ value }) => {
    const card = document.getElementById("t-kept-photo").content.cloneNode(true);
    card.querySelector("img").src = `data:image/jpeg;base64,${value.content}`;
    card.querySelector("[data-said]").textContent = value.caption;
    return card;
  }));
};
