import Datasets
import Training

extension PreparedRun {
  /// What a report says of a test: values, confusion matrix, and where the evaluation ranked them
  /// the worst and the best examples, which are read again for it.
  ///
  /// - Parameter part: `training`, `validation` or `test`, of which the evaluation is.
  package func report(_ evaluation: Evaluation, of part: String) -> ReportEvaluation {
    var report = ReportEvaluation(
      dataName: part, values: evaluation.values, confusion: evaluation.confusionMatrix,
      classNames: data.facts.classNames)
    if let ranked = evaluation.metrics.lazy.compactMap({ $0 as? RankedExamples }).first {
      let places = data.places(dealtOutOf: part)
      report.worst = ranked.ranking.worst.map { example($0, places) }
      report.best = ranked.ranking.best.map { example($0, places) }
    }
    return report
  }

  private func example(
    _ entry: ExampleRanking.Entry, _ places: [Int]
  ) -> ReportEvaluation.Example {
    let portrait = places.indices.contains(entry.place) ? data.portrait(places[entry.place]) : nil
    return ReportEvaluation.Example(
      actual: className(entry.actual), predicted: className(entry.predicted),
      probability: entry.probability, loss: entry.loss, picture: portrait?.picture,
      caption: portrait?.caption ?? "")
  }

  private func className(_ label: Int) -> String {
    let names = data.facts.classNames
    return names.indices.contains(label) ? names[label] : "\(label)"
  }
}

extension RecipeData {
  /// Why examples could not be read and were left out so far, by their places in the source; nothing
  /// where `failures` stop a run.
  package var skipped: [Int: DatasetError] {
    var all: [Int: DatasetError] = [:]
    for (part, loader) in zip(parts, [training, validation, test]) {
      for (place, error) in loader?.skipped.reasons ?? [:] { all[part.places[place]] = error }
    }
    return all
  }

  /// The places of a part's examples, in the order in which a test sees them: without those that
  /// could not be read and were skipped.
  func places(dealtOutOf part: String) -> [Int] {
    let all = parts.first { $0.name == part }?.places ?? []
    let loader = part == "test" ? test : part == "validation" ? validation : training
    let skipped = loader?.skipped.reasons ?? [:]
    return skipped.isEmpty ? all : all.indices.filter { skipped[$0] == nil }.map { all[$0] }
  }
}
