// A page without a kernel: each figure gets a model of its own that nobody else listens to.
const boot = (render, sources) => {
  for (const place of document.querySelectorAll("[data-rope-live]")) {
    const data = JSON.parse(place.dataset.ropeLive);
    const held = {scripts: "IPY_MODEL_", done: false, shown: false, bet: null, ...data, ...data.state};
    const model = {
      get: name => held[name], set: (name, value) => { held[name] = value; },
      save_changes() {}, on() {},
      widget_manager: {get_model: async () => ({get: () => sources})},
    };
    const el = document.createElement("div");
    render({model, el}).then(() => { place.replaceChildren(el); }, error => console.error(error));
  }
};
