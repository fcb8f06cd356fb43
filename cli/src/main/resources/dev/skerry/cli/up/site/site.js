"use strict";
// Fills in what changes: the page itself is the same for everybody, and so can be kept by every cache.
async function show(id, url, text) {
  const place = document.getElementById(id);
  try {
    const answer = await fetch(url, {cache: "no-cache"});
    place.textContent = text(await answer.text());
    place.title = answer.headers.get("Cache-Status") || "no cache on the way";
  } catch {
    place.textContent = "no answer";
  }
}
show("news", "/news", (body) => body);
show("time", "/api/time", (body) => JSON.parse(body).time);
