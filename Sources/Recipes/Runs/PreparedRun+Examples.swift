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
      actual: data.facts.className(entry.actual),
      predicted: data.facts.className(entry.predicted),
      probability: entry.probability, loss: entry.loss, picture: portrait?.picture,
      caption: portrait?.caption ?? "")
  }
}
