import Tensors

extension RunEvent.Histogram {
  /// How a tensor's finite numbers are distributed, in intervals of one width between the smallest
  /// and the largest, which counts to the last interval. Nil where no number is finite.
  public init?(of tensor: Tensor, binCount: Int = 32) {
    let numbers = tensor.to(.float32).scalars(as: Float.self)
    var (minimum, maximum) = (Float.infinity, -Float.infinity)
    for number in numbers where number.isFinite {
      minimum = min(minimum, number)
      maximum = max(maximum, number)
    }
    guard minimum <= maximum else { return nil }
    let count = max(binCount, 1)
    // Numbers that are all alike lie in the middle of something.
    let margin = minimum == maximum ? max(abs(Double(minimum)), 1) * 0.5 : 0
    let (lower, upper) = (Double(minimum) - margin, Double(maximum) + margin)
    let width = (upper - lower) / Double(count)
    var counts = [Int](repeating: 0, count: count)
    for number in numbers where number.isFinite {
      counts[min(max(Int((Double(number) - lower) / width), 0), count - 1)] += 1
    }
    self.init(
      edges: (0...count).map { $0 == count ? upper : lower + Double($0) * width }, counts: counts)
  }
}

extension RunEvent {
  /// Histogram events of a model's parameters, and of gradients in its place: `gradient:` and the
  /// path. Parameters without a finite number have none.
  public static func histograms<Model: TensorTree>(
    of model: Model, gradients: Model?, step: Int, epoch: Double, seconds: Double,
    binCount: Int = 32
  ) -> [RunEvent] {
    func events(_ tree: Model, _ prefix: String) -> [RunEvent] {
      tree.namedTensors.filter { $0.role == .parameter && $0.tensor.dataType.isFloatingPoint }
        .compactMap { named in
          Histogram(of: named.tensor, binCount: binCount).map {
            RunEvent(
              .histogram, step: step, epoch: epoch, seconds: seconds, name: prefix + named.path,
              histogram: $0)
          }
        }
    }
    return events(model, "") + (gradients.map { events($0, "gradient:") } ?? [])
  }

  /// A finding as a warning of the log.
  public static func warning(
    _ finding: Finding, step: Int, epoch: Double, seconds: Double
  ) -> RunEvent {
    RunEvent(
      .warning, step: step, epoch: epoch, seconds: seconds, name: finding.place,
      text: "\(finding.kind.rawValue): \(finding.figure); \(finding.advice)")
  }
}
