// Formulas in, a line of JSON each, as [tex, display]; HTML out, a line of JSON each.
import {createRequire} from "node:module";
import {createInterface} from "node:readline";

const katex = createRequire(`${process.argv[2]}/`)("katex");

for await (const line of createInterface({input: process.stdin})) {
  const [tex, displayMode] = JSON.parse(line);
  let answer;
  try {
    answer = {html: katex.renderToString(tex, {displayMode, strict: "error"})};
  } catch (error) {
    answer = {error: error.message};
  }
  console.log(JSON.stringify(answer));
}
