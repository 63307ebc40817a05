// Asks the page's script what a test wants to know: a question as JSON on stdin, its answer on stdout.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const script = await import(pathToFileURL(process.argv[2]));
const { call, texts, page, files, queries } = JSON.parse(readFileSync(0, "utf8"));

// Each of some texts through one function.
const plain = () => texts.map(text => script[call](text));

// Each query as the page asks it: the best posts, their cards, and the files that were loaded for them.
async function search({ text, filters = [], most = 6 }) {
  const index = script.readIndex(page), loaded = new Set();
  const load = async path => {
    loaded.add(path);
    if (!(path in files)) throw new Error(`${path} is not there`);
    return files[path];
  };
  const roots = script.queryRoots(text, index.stop, index.names);
  const { posts, whole } = await script.rank(index, roots, filters, load);
  const cards = [];
  for (const post of posts.slice(0, most)) {
    const [path, line] = script.cardOf(index, post);
    cards.push((await load(path)).split("\n")[line].split("\t"));
  }
  return { roots, posts, whole, cards, loaded: [...loaded] };
}

const answers = call ? plain() : await Promise.all(queries.map(search));
process.stdout.write(JSON.stringify(answers));
