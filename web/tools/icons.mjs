/**
 * Draws the page's icons into public/: icon.svg from the shapes below, icon-unread.svg with a dot
 * for what is new, and icon.png for systems that take no SVG. Run it after a change here:
 *
 *     node tools/icons.mjs
 */
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const FIELD = 64;
const PIXELS = 192;
const SAMPLES = 4;

const INK = [11, 43, 48];
const BRASS = [226, 186, 104];
const CORAL = [255, 122, 96];

/** A key, upright: a ring, a stem, and the two notches; boxes are x, y, width, height. */
const RING = { x: 32, y: 21, outer: 11.5, inner: 5.5 };
const BOXES = [
  [29, 31, 6, 24],
  [35, 42, 6, 4.5],
  [35, 49.5, 9, 5.5],
];

/** Over the corner that the key leaves free. */
const DOT = { x: 51, y: 13, radius: 10 };

const publicFolder = new URL("../public/", import.meta.url);

function hex(colour) {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function svg(mark = "") {
  const { x, y, outer, inner } = RING;
  const ring = `<circle cx="${x}" cy="${y}" r="${(outer + inner) / 2}" fill="none" stroke="${hex(BRASS)}" stroke-width="${outer - inner}"/>`;
  const boxes = BOXES.map(
    ([left, top, width, height]) => `M${left} ${top}h${width}v${height}h-${width}z`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FIELD} ${FIELD}"><title>Roomkey</title><rect width="${FIELD}" height="${FIELD}" fill="${hex(INK)}"/>${ring}<path fill="${hex(BRASS)}" d="${boxes.join("")}"/>${mark}</svg>\n`;
}

function dot() {
  return `<circle cx="${DOT.x}" cy="${DOT.y}" r="${DOT.radius}" fill="${hex(CORAL)}"/>`;
}

function isBrass(x, y) {
  const distance = Math.hypot(x - RING.x, y - RING.y);
  if (distance <= RING.outer && distance >= RING.inner) return true;
  return BOXES.some(
    ([left, top, width, height]) => x >= left && x <= left + width && y >= top && y <= top + height,
  );
}

/** How much of a pixel is brass, 0 to 1. */
function coverage(column, row) {
  let hits = 0;
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES;
    const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
    if (isBrass((x * FIELD) / PIXELS, (y * FIELD) / PIXELS)) hits += 1;
  }
  return hits / SAMPLES ** 2;
}

function png() {
  const rows = [];
  for (let row = 0; row < PIXELS; row += 1) {
    rows.push(0);
    for (let column = 0; column < PIXELS; column += 1) {
      const share = coverage(column, row);
      rows.push(...INK.map((ink, part) => Math.round(ink + (BRASS[part] - ink) * share)));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(PIXELS, 0);
  header.writeUInt32BE(PIXELS, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, content) {
  const named = Buffer.concat([Buffer.from(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

writeFileSync(new URL("icon.svg", publicFolder), svg());
writeFileSync(new URL("icon-unread.svg", publicFolder), svg(dot()));
writeFileSync(new URL("icon.png", publicFolder), png());
