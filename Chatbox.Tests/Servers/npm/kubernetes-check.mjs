// Checks manifests, a file with a JSON array, against kubernetes-models: what is required is there, and values are those allowed.
// Prints what is wrong, a line each, and ends with the number of objects it has checked.
import { readFile } from "node:fs/promises";

const objects = JSON.parse(await readFile(process.argv[2], "utf8"));
for (const object of objects) {
  const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
  try {
    new Model(object).validate();
  } catch (problem) {
    console.log(`${object.kind} ${object.metadata.name}: ${problem.message}`);
  }
}
console.log(objects.length);
