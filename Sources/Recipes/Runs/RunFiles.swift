import Datasets
import Foundation
import Interchange
import Training

/// What a recipe's run keeps in its folder beside what training does.
package struct RunFiles: Sendable {
  package let folder: RunFolder

  package init(_ folder: RunFolder) { self.folder = folder }

  /// Where `DataFacts` are.
  package var factsPath: String { folder.path + "/data.json" }

  /// Throws where the folder has a run already.
  func requireFree() throws(RecipeError) {
    guard !folder.hasRun else {
      throw RecipeError(
        file: folder.path, Place(), "holds a run already; --resume goes on with it")
    }
  }

  /// Writes the recipe and what is known of the data, before anything is trained; the folder is this
  /// run's alone. The recipe comes last: where it is, a run can go on.
  ///
  /// - Throws: `RecipeError` when the folder cannot be written.
  func write(_ recipe: Recipe, _ facts: DataFacts) throws(RecipeError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder.path, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try NewFile.write([UInt8](encoder.encode(facts)), to: factsPath)
      try NewFile.write(Array(recipe.file.text.utf8), to: folder.recipePath)
    } catch let error as InterchangeError {
      throw RecipeError(file: error.file, Place(), "\(error.reason.rawValue): \(error.found)")
    } catch {
      throw RecipeError(file: folder.path, Place(), "cannot be written: \(error)")
    }
  }

  /// The recipe of the run.
  ///
  /// - Throws: `RecipeError` when there is none.
  package func recipe() throws(RecipeError) -> Recipe {
    guard FileManager.default.fileExists(atPath: folder.recipePath) else {
      throw RecipeError(
        file: folder.path, Place(), "is no folder of a run: there is no recipe.yaml in it")
    }
    return try Recipe(RecipeFile(contentsOf: folder.recipePath))
  }

  /// What is known of the data.
  ///
  /// - Throws: `RecipeError` when there is nothing, it is malformed, or of other data than the recipe's.
  package func facts() throws(RecipeError) -> DataFacts { try facts(for: recipe()) }

  /// What is known of the data, which must be those of the recipe.
  private func facts(for recipe: Recipe) throws(RecipeError) -> DataFacts {
    let facts: DataFacts
    do {
      let bytes = try readFile(factsPath, limit: 1 << 28)
      facts = try JSONDecoder().decode(DataFacts.self, from: Data(bytes))
    } catch let error as DatasetError {
      throw RecipeError(file: factsPath, Place(), "\(error.reason.rawValue): found \(error.found)")
    } catch {
      throw RecipeError(file: factsPath, Place(), "is not what a run writes of its data")
    }
    try check(facts, for: recipe)
    return facts
  }

  /// The model of the run with the weights of a checkpoint: the averaged ones where it has averages.
  ///
  /// - Throws: `RecipeError` when recipe or facts are missing, `TrainingError` when the checkpoint is
  ///   missing, damaged or of another model.
  package func model(_ slot: CheckpointSlot) throws -> RecipeModel {
    let recipe = try recipe()
    let facts = try facts(for: recipe)
    let plan = try ModelPlan(
      recipe.model, input: facts.features, targets: facts.targets, file: recipe.file.name)
    var model = plan.makeModel(seed: recipe.seed, targetScale: recipe.targetScale(facts))
    try folder.load(&model, from: slot)
    return model
  }

  /// The checkpoint that counts: the best one where validation has chosen one, else the last.
  ///
  /// Without validation there is a best one, too, by what training measured of itself: it is none to
  /// choose by. Of a program's run, which has no recipe, it counts.
  package var bestSlot: CheckpointSlot {
    guard FileManager.default.fileExists(atPath: folder.checkpointPath(.best)) else { return .last }
    return (try? recipe())?.hasValidation == false ? .last : .best
  }
}
