import ArgumentParser

/// What the training commands have in common.
struct TrainingOptions: ParsableArguments {
  // Unconditional, so that a negative number is taken for what it is, not for an option's name.
  @Option(
    parsing: .unconditional, help: "Decides initial parameters, split, order, shifts and dropout.")
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "How often each image is seen. (default: 30 for digits, 3 for mnist)")
  var epochs: Int?

  @Option(
    parsing: .unconditional, help: "Images in a step. (default: 64 for digits, 128 for mnist)")
  var batchSize: Int?

  func validate() throws {
    for (name, value) in [("epochs", epochs), ("batch-size", batchSize)] {
      if let value, !(1...1_000_000).contains(value) {
        throw ValidationError("--\(name) is \(value); it must be 1 … 1000000")
      }
    }
  }

  func plan(epochs: Int, batchSize: Int) -> TrainingPlan {
    TrainingPlan(
      epochs: self.epochs ?? epochs, batchSize: self.batchSize ?? batchSize, seed: seed)
  }
}
