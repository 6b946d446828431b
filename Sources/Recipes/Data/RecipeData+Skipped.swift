import Datasets

extension RecipeData {
  /// Why examples could not be read and were left out of training and what tests it so far, by their
  /// places in the source; nothing where `failures` stop a run.
  package var skipped: [Int: DatasetError] {
    var all: [Int: DatasetError] = [:]
    for (part, loader) in zip(parts, [training, validation, test]) {
      for (place, error) in loader?.skipped.reasons ?? [:] { all[part.places[place]] = error }
    }
    return all
  }

  /// The same of the tests of one part.
  package func skipped(testing part: String) -> [Int: DatasetError] {
    let all = places(of: part)
    var skipped: [Int: DatasetError] = [:]
    for (place, error) in loader(testing: part)?.skipped.reasons ?? [:] {
      skipped[all[place]] = error
    }
    return skipped
  }

  /// What deals out a part as a test sees it: each example once, in its order, as it is.
  package func loader(testing part: String) -> Loader? {
    switch part {
    case "training": plainTraining
    case "validation": validation
    case "test": test
    default: nil
    }
  }

  /// The places of a part's examples, in the order in which a test sees them: without those that
  /// could not be read and were skipped.
  func places(dealtOutOf part: String) -> [Int] {
    let all = places(of: part)
    let skipped = loader(testing: part)?.skipped.reasons ?? [:]
    return skipped.isEmpty ? all : all.indices.filter { skipped[$0] == nil }.map { all[$0] }
  }

  private func places(of part: String) -> [Int] { parts.first { $0.name == part }?.places ?? [] }
}
