import Training

extension RunFiles {
  /// Throws where facts contradict themselves or the recipe: what comes after counts on them.
  func check(_ facts: DataFacts, for recipe: Recipe) throws(RecipeError) {
    if let problem = facts.problem { throw RecipeError(file: factsPath, Place(), problem) }
    let source = recipe.data.value("source")
    let isTable = source.name == "csv"
    let kind =
      source.name == "text"
      ? "tokens" : isTable && source.name("task") == "regression" ? "numbers" : "classes"
    let isText = source.name == "texts"
    guard facts.targetKind == kind, facts.columns.isEmpty != isTable,
      facts.fitsTokens(of: source),
      !isTable || facts.inputLengths == [TableEncoding(columns: facts.columns).width],
      facts.features.varies == (isText || recipe.data["padding"] != nil)
    else {
      throw RecipeError(
        file: factsPath, Place(), "is of other data than those of the recipe, \(source.name)")
    }
    let plan = try ModelPlan(
      recipe.model, input: facts.features, targets: facts.targets, file: recipe.file.name)
    try recipe.requireOutput(plan.output, facts.targets)
  }
}

extension DataFacts {
  /// Whether the tokens are those that a source makes of its texts, or none where it has none.
  fileprivate func fitsTokens(of source: Entry) -> Bool {
    switch source.name {
    case "texts": TextEncoding.isComplete(vocabulary, source)
    case "text": vocabulary.isEmpty == (source.name("tokens") == "bytes")
    default: vocabulary.isEmpty
    }
  }

  /// What data cannot be like; nil where all can be.
  var problem: String? {
    let count = inputLengths.reduce(1) { $0 * Double($1) }
    guard inputLengths.count <= 8, inputLengths.allSatisfy({ (1...1 << 28).contains($0) }),
      count <= 1e10
    else { return "says that an example has the lengths \(inputLengths.prefix(8))" }
    guard !features.varies || inputLengths.first == 1 else {
      return "says that an example differs in length, and gives one"
    }
    guard (1...1 << 24).contains(outputs) else { return "says that there are \(outputs) outputs" }
    guard namesFit else { return "has names or characters that do not fit \(outputs) outputs" }
    for column in columns {
      if let words = column.words, Set(words).count != words.count {
        return "has a word twice in the column \(column.name)"
      }
    }
    guard fitted.allSatisfy(\.isSound) else { return "has a mean or a deviation that is none" }
    if let targetScale {
      guard targetKind == "numbers", targetScale.isSound, targetScale.mean.count == 1 else {
        return "has a scale of targets that is none"
      }
    }
    return nil
  }

  /// Whether classes and characters are as many as outputs.
  private var namesFit: Bool {
    switch targetKind {
    case "classes":
      classNames.count == outputs
        && inputVocabulary == (vocabulary.isEmpty ? nil : vocabulary.count)
        && (vocabulary.isEmpty || inputLengths.count == 1)
    case "numbers": classNames.isEmpty && vocabulary.isEmpty && inputVocabulary == nil
    case "tokens":
      classNames.isEmpty && inputLengths.count == 1 && inputVocabulary == outputs
        && vocabulary.count == (vocabulary.isEmpty && outputs == 256 ? 0 : outputs)
    default: false
    }
  }
}

extension Standardization {
  /// Whether it has a mean and a deviation for each of some channels.
  fileprivate var isSound: Bool {
    !mean.isEmpty && mean.count == deviation.count && isFinite && deviation.allSatisfy { $0 > 0 }
  }
}
