/// What TensorBoard shows of one step under one tag.
public enum TensorBoardValue: Sendable, Hashable {
  /// A number; a point of a curve.
  case scalar(Double)
  /// How numbers are distributed.
  case histogram(TensorBoardHistogram)
  /// Text, shown as Markdown.
  case text(String)
  /// A picture as the bytes of a PNG or JPEG file.
  case image(encoded: [UInt8], height: Int, width: Int, channels: Int)
}

/// A histogram as TensorBoard keeps it: `counts[i]` numbers are above `limits[i − 1]` and not above
/// `limits[i]`.
public struct TensorBoardHistogram: Sendable, Hashable {
  public var minimum: Double
  public var maximum: Double
  /// How many numbers there are.
  public var count: Int
  public var sum: Double
  public var sumOfSquares: Double
  /// The right ends of the intervals, ascending.
  public var limits: [Double]
  public var counts: [Int]

  public init(
    minimum: Double, maximum: Double, count: Int, sum: Double, sumOfSquares: Double,
    limits: [Double], counts: [Int]
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.count = count
    self.sum = sum
    self.sumOfSquares = sumOfSquares
    self.limits = limits
    self.counts = counts
  }

  /// A histogram of which only the intervals are known: `counts[i]` numbers are in
  /// `edges[i] ..< edges[i + 1]`. Sums are those of the intervals' middles.
  public init(edges: [Double], counts: [Int]) {
    let middles = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
    let weighted = zip(middles, counts)
    self.init(
      minimum: edges.first ?? 0, maximum: edges.last ?? 0, count: counts.reduce(0, +),
      sum: weighted.reduce(0) { $0 + $1.0 * Double($1.1) },
      sumOfSquares: weighted.reduce(0) { $0 + $1.0 * $1.0 * Double($1.1) },
      limits: Array(edges.dropFirst()), counts: counts)
  }
}

// Field numbers are those of tensorboard/compat/proto: event.proto, summary.proto, tensor.proto.

extension TensorBoardValue {
  /// A `Summary.Value`.
  func message(tag: String) -> ProtocolMessage {
    var value = ProtocolMessage()
    value.add(tag, as: 1)
    switch self {
    case .scalar(let number): value.addChosen(Float(number), as: 2)
    case .image(let encoded, let height, let width, let channels):
      var image = ProtocolMessage()
      image.add(height, as: 1)
      image.add(width, as: 2)
      image.add(channels, as: 3)
      image.add(encoded, as: 4)
      value.add(image, as: 4)
    case .histogram(let histogram): value.add(histogram.message, as: 5)
    case .text(let text):
      value.add(TensorBoardValue.textTensor(text), as: 8)
      var plugin = ProtocolMessage()
      plugin.add("text", as: 1)
      var metadata = ProtocolMessage()
      metadata.add(plugin, as: 1)
      value.add(metadata, as: 9)
    }
    return value
  }

  /// A `TensorProto` of one string: element type 7, shape [1].
  private static func textTensor(_ text: String) -> ProtocolMessage {
    var axis = ProtocolMessage()
    axis.add(1, as: 1)
    var shape = ProtocolMessage()
    shape.add(axis, as: 2)
    var tensor = ProtocolMessage()
    tensor.add(7, as: 1)
    tensor.add(shape, as: 2)
    tensor.add(text, as: 8)
    return tensor
  }
}

extension TensorBoardHistogram {
  /// A `HistogramProto`.
  var message: ProtocolMessage {
    var message = ProtocolMessage()
    message.add(minimum, as: 1)
    message.add(maximum, as: 2)
    message.add(Double(count), as: 3)
    message.add(sum, as: 4)
    message.add(sumOfSquares, as: 5)
    message.add(limits, as: 6)
    message.add(counts.map(Double.init), as: 7)
    return message
  }
}
