// A page needs the scripts once, however many figures stand on it: a model of their own holds them.
const scripts = async (model) => {
  const holder = await model.widget_manager.get_model(model.get("scripts").slice("IPY_MODEL_".length));
  const sources = holder.get("sources"), loaded = (globalThis.ropeLessonsLive ??= new Map());
  const key = JSON.stringify(sources);
  if (!loaded.has(key)) {
    const url = text => URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
    const lib = url(sources.lib);
    loaded.set(key, name => import(url(sources[name].replace('"./lib.js"', `"${lib}"`))));
  }
  return loaded.get(key)(model.get("figure"));
};
const render = async (context) => (await scripts(context.model)).render(context);
export default {render};
