import Arrays

/// What samples of one batch have in common.
struct SampleForm: Hashable, CustomStringConvertible {
  private let inputShape: Shape
  private let inputType: DataType
  private let targetShape: Shape
  private let targetType: DataType

  init(_ sample: Sample) {
    (inputShape, inputType) = (sample.input.shape, sample.input.dataType)
    (targetShape, targetType) = (sample.target.shape, sample.target.dataType)
  }

  var description: String {
    "\(inputType) \(inputShape) with \(targetType) \(targetShape) as target"
  }

  /// The most frequent form; of equally frequent ones that which comes first. Nil of none.
  static func usual(of samples: [Sample]) -> SampleForm? {
    let forms = samples.map { SampleForm($0) }
    var counts: [SampleForm: Int] = [:]
    for form in forms { counts[form, default: 0] += 1 }
    let most = counts.values.max()
    return forms.first { counts[$0] == most }
  }
}
