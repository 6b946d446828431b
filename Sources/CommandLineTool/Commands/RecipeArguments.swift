import ArgumentParser
import Recipes

/// A recipe, and what is to be different this time.
struct RecipeArguments: ParsableArguments {
  @Argument(
    help: "A recipe's file, or a name that `myelin recipe list` lists.",
    completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @OptionGroup var changes: RecipeChanges

  func load() throws -> Recipe { try changes.apply(to: RecipeFile.named(recipe)) }
}

/// What is to be different from what a recipe says.
struct RecipeChanges: ParsableArguments {
  @Option(help: "Where the data are, in place of the recipe's own path.", completion: .file())
  var data: String?

  // Unconditional, so that a negative number is taken for what it is, not for an option's name.
  @Option(parsing: .unconditional, help: "The seed, in place of the recipe's.")
  var seed: Int?

  @Option(parsing: .unconditional, help: "How many epochs, in place of the recipe's.")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Examples in a batch, in place of the recipe's.")
  var batchSize: Int?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value for a key of the recipe, as training.clipping.norm=1; may be repeated.",
      valueName: "key=value"))
  var set: [String] = []

  func validate() throws {
    for (name, value) in [("epochs", epochs), ("batch-size", batchSize)] {
      if let value, !(1...1_000_000).contains(value) {
        throw ValidationError("--\(name) is \(value); it must be 1 … 1000000")
      }
    }
    if let seed, seed < 0 { throw ValidationError("--seed is \(seed); it must not be negative") }
    for change in set where !change.contains("=") {
      throw ValidationError("--set \(change) is not of the form key=value")
    }
  }

  /// Throws where seed, epochs or one of these keys would change, which a run has settled.
  func requireUnchanged(_ paths: [String]) throws(ValidationError) {
    for (name, value) in [("seed", seed), ("epochs", epochs)] where value != nil {
      throw ValidationError("--\(name) would change what the run has settled")
    }
    for change in set {
      let key = String(change.prefix { $0 != "=" })
      // `training` would change `training.seed`, and `model.layers.0` the model.
      if paths.contains(where: { key == $0 || key.hasPrefix($0 + ".") || $0.hasPrefix(key + ".") })
      {
        throw ValidationError("--set \(key) would change what the run has settled")
      }
    }
  }

  func apply(to file: RecipeFile) throws(RecipeError) -> Recipe {
    var file = file
    if let data { try file.setDataPath(data) }
    if let seed { try file.set("training.seed", to: "\(seed)") }
    if let epochs { try file.set("training.epochs", to: "\(epochs)") }
    if let batchSize { try file.set("training.batch_size", to: "\(batchSize)") }
    for change in set {
      let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try file.set(String(parts[0]), to: String(parts.dropFirst().first ?? ""))
    }
    return try Recipe(file)
  }
}
