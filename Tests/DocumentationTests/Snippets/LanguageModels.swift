import Myelin

/// The snippets of Documentation/LanguageModels.md.
func generateText(
  _ model: GPT, _ tokenizer: CharacterTokenizer, _ words: inout String
) throws {
  func print(_ text: String, terminator: String) { words += text + terminator }
  // snippet: generation
  let writer = model.compiled()
  let prompt = try tokenizer.encode("ROMEO:")
  let sampling = Sampling(temperature: 0.8, topK: 40, topP: 0.95, repetitionPenalty: 1.1)
  var text = StreamingDecoder(tokenizer)
  for token in writer.generate(from: prompt, sampling: sampling, maximum: 300) {
    print(try text.append(token), terminator: "")
  }
  print(text.finish(), terminator: "\n")
  // end
  // snippet: stop texts
  var speech = writer.generate(from: prompt, sampling: sampling, maximum: 300)
    .text(by: tokenizer, stops: ["\n\n", "JULIET:"])
  while let piece = try speech.next() { print(piece, terminator: "") }
  // end
  // snippet: beam search
  let best = writer.beamSearch(from: prompt, width: 4, maximum: 40)[0]
  print(try tokenizer.decode(best.tokens), terminator: "\n")
  // end
}

func writeWithFunction(_ network: any Layer) -> [Int] {
  // snippet: a function
  let model = FunctionModel { tokens in network(Tensor([tokens]))[0, -1] }
  // end
  return Array(model.generate(from: [0], sampling: .greedy, maximum: 3))
}

func translate(
  _ translation: Seq2SeqTransformer, _ source: [Int], begin: Int, end: Int
) -> [Int] {
  // snippet: a translation
  let translator = translation.writer(for: source, maximum: 100).compiled()
  let target = Array(
    translator.generate(from: [begin], sampling: .greedy, maximum: 100, stopSequences: [[end]]))
  // end
  return target
}
