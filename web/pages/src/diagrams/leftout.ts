// In the place of two large parts of mermaid: another way to lay out diagrams (elk), and formulas in labels, which need HTML (katex).
export default class LeftOut {
  constructor() {
    throw new Error("This layout is not available.");
  }

  static renderToString(): never {
    throw new Error("Formulas are not available in diagrams.");
  }
}
