/// What of the data a model needs when it is used: saved beside it.
package struct DataFacts: Sendable, Hashable, Codable {
  package var inputLengths: [Int]
  package var inputVocabulary: Int?
  /// Whether the first axis differs in length; absent where it does not.
  package var inputVaries: Bool?
  package var targetKind: String
  package var outputs: Int
  package var classNames: [String]
  package var vocabulary: [String]
  package var columns: [TableEncoding.Column]
  package var fitted: [Standardization]
  /// Mean and deviation of the numbers that the training part predicts.
  package var targetScale: Standardization?

  init(
    features: Features, targets: Targets, classNames: [String], vocabulary: [String],
    columns: [TableEncoding.Column], fitted: [Standardization], targetScale: Standardization?
  ) {
    inputLengths = features.lengths
    inputVocabulary = features.vocabulary
    inputVaries = features.varies ? true : nil
    outputs = targets.outputs
    targetKind = targets.kind
    self.classNames = classNames
    self.vocabulary = vocabulary
    self.columns = columns
    self.fitted = fitted
    self.targetScale = targetScale
  }

  package var features: Features {
    var features = Features(inputLengths, vocabulary: inputVocabulary)
    features.varies = inputVaries ?? false
    return features
  }

  /// The name of a class; its number where it has none.
  package func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : "\(label)"
  }

  package var targets: Targets {
    switch targetKind {
    case "numbers": .numbers(outputs)
    case "tokens": .tokens(outputs)
    default: .classes(outputs)
    }
  }
}
