import Myelin
import Recipes

/// What a model reached on a part of the data, for people and for programs.
package struct EvaluationReport {
  let evaluation: Evaluation
  /// `test`, `validation` or `training`.
  let part: String
  /// The names of the classes; empty for their numbers.
  let classNames: [String]
  /// Why examples were left out, by their places; nil where that is said elsewhere.
  let skipped: [Int: DatasetError]?

  package init(
    _ evaluation: Evaluation, part: String, classNames: [String],
    skipped: [Int: DatasetError]? = nil
  ) {
    (self.evaluation, self.part, self.classNames) = (evaluation, part, classNames)
    self.skipped = skipped
  }

  /// A line of all values, and for classes what each was taken for, where that has room.
  package func rendered(_ style: TextStyle, width: Int) -> String {
    let values = names.map { name in
      "\(name) \(MetricWords.shown(name, evaluation.values[name] ?? .nan))"
    }
    let count = "(\(Words.grouped(evaluation.examples)) examples)"
    let line = flowed([part] + values + [count], width: width)
    var parts = [
      style.bold(part) + line.dropFirst(part.count).dropLast(count.count) + style.dim(count)
    ]
    if let matrix = evaluation.confusionMatrix, matrix.classCount <= 30 {
      parts.append(matrix.renderedScores(style, width: width, classNames: classNames))
      if let counts = matrix.renderedCounts(style, width: width) { parts.append(counts) }
    }
    if let words = Words.leftOut(skipped ?? [:]) { parts.append(words) }
    return parts.joined(separator: "\n\n")
  }

  /// The names of the values, the loss first.
  private var names: [String] {
    ["loss"] + evaluation.values.keys.filter { $0 != "loss" }.sorted()
  }

  package var json: JSONValue {
    var members = evaluation.values.mapValues { JSONValue.number($0) }
    members["examples"] = .integer(evaluation.examples)
    if let matrix = evaluation.confusionMatrix {
      members["confusion"] = .list(
        matrix.counts.map { .list($0.map { .integer($0) }) })
    }
    if let skipped { members["skipped"] = .integer(skipped.count) }
    return .object(members)
  }
}
