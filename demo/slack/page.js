"use strict";
(() => {
  const list = document.getElementById("messages");
  const body = document.body;
  const atEnd = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 80;
  const toEnd = () => window.scrollTo(0, document.documentElement.scrollHeight);
  const refresh = async () => {
    try {
      const address = `/demo/page?channel=${encodeURIComponent(body.dataset.channel)}&version=${body.dataset.version}`;
      const answer = await fetch(address, { cache: "no-store" });
      if (answer.status === 200) {
        const stay = !atEnd();
        body.dataset.version = answer.headers.get("X-Version");
        list.innerHTML = await answer.text();
        if (!stay) toEnd();
      }
      body.classList.toggle("offline", !answer.ok);
    } catch {
      body.classList.add("offline");
    }
    window.setTimeout(refresh, 1500);
  };
  if (!location.hash) toEnd();
  window.setTimeout(refresh, 1500);
})();
