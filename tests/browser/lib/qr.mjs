// Reads a picture with squares as a phone's camera would: from how it looks.
import jsQR from "jsqr";
import { expect } from "./expect.mjs";

/** What the one on the page says. */
export async function readPicture(page) {
  const png = (await page.locator(".qr svg").screenshot()).toString("base64");
  const blank = await page.context().newPage();
  const { data, width, height } = await blank.evaluate(async (source) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height);
    return { data: [...data], width, height };
  }, png);
  await blank.close();
  const read = jsQR(Uint8ClampedArray.from(data), width, height);
  expect(read, "the picture can be read");
  return read.data;
}
