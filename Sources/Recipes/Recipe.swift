/// A training run in words: data, model, loss, optimizer, all that decides its outcome.
///
///     let recipe = try Recipe(RecipeFile(contentsOf: "mnist.yaml"))
///
/// It has been read by its description (`Form.recipe`): its keys are known, its values are of the
/// right types and in range. What the data must say first, the sizes of layers above all, is
/// checked when a run is prepared.
package struct Recipe: Sendable, Hashable {
  package let file: RecipeFile
  let root: Entry

  /// Reads a recipe.
  ///
  /// - Throws: `RecipeError` with everything that is wrong with it.
  package init(_ file: RecipeFile) throws(RecipeError) {
    self.file = file
    var reader = FormReader()
    let root = reader.read(file.root, as: .recipe, at: "")
    guard let root, reader.problems.isEmpty else {
      throw RecipeError(file: file.name, reader.problems)
    }
    self.root = root
    let problems = contradictions
    if !problems.isEmpty { throw RecipeError(file: file.name, problems) }
  }

  /// What the run is called: its own word, or the file's name without folders and ending.
  package var name: String {
    if let name = root["name"]?.name { return name }
    let last = file.name.split(separator: "/").last.map(String.init) ?? file.name
    return last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
  }

  package var description: String? { root["description"]?.name }
  var data: Entry { root.value("data") }
  package var model: Entry { root.value("model") }
  var training: Entry { root.value("training") }
  package var output: Entry { root.value("output") }
  package var seed: UInt64 { UInt64(training.integer("seed")) }
  package var batchSize: Int { training.integer("batch_size") }
  /// Whether a part is put aside by which the best model is chosen.
  package var hasValidation: Bool { data.value("split").number("validation") > 0 }

  /// Values that are right one by one, but not together.
  private var contradictions: [RecipeError.Problem] {
    var problems: [RecipeError.Problem] = []
    func report(_ entry: Entry?, _ message: String) {
      if let entry { problems.append(.init(entry.place, message)) }
    }
    if training["epochs"] != nil && training["steps"] != nil {
      report(training["steps"], "is the length of the run as epochs is; one of them is enough")
    }
    if let clipping = training["clipping"], clipping["norm"] != nil && clipping["value"] != nil {
      report(clipping, "has a norm and a value; one of them is possible")
    }
    if let rule = root["optimizer"], rule.name == "sgd", rule.flag("nesterov"),
      rule.number("momentum") == 0
    {
      report(rule["nesterov"], "looks ahead along the momentum, which is 0")
    }
    if let split = data["split"], split.number("validation") + split.number("test") >= 1 {
      report(split, "leaves nothing to train on: validation and test together are 1 or more")
    }
    if let split = data["split"], let folds = split["folds"],
      split.integer("fold") >= folds.integer
    {
      report(split["fold"], "is none of the folds 0 … \(folds.integer - 1)")
    }
    return problems
  }
}
