import Arrays
import Tensors

/// A table of vectors, looked up by number: y[i…] = weight[x[i…]].
///
/// x […] of integers in 0..<count → y […, width]; `weight` is [count, width] and starts standard
/// normal, as in PyTorch. Tie it to an output layer by using `weight` there too: the gradient is the
/// sum of both.
public struct Embedding: Layer {
  /// The vectors, [count, width].
  public var weight: Tensor
  /// The number whose vector starts as zero and is not trained.
  public let padding: Int?

  /// A table of `count` vectors of `width` numbers.
  public init(
    _ count: Int, _ width: Int, padding: Int? = nil, weightInitializer: Initializer = .normal()
  ) {
    if count < 1 || width < 1 {
      stop("Embedding: \(count) vectors of \(width) numbers; both must be positive")
    }
    if let padding, !(0..<count).contains(padding) {
      stop("Embedding: padding \(padding) is none of the numbers 0..<\(count)")
    }
    self.padding = padding
    weight = RandomSource.withCurrent { weightInitializer([count, width], using: &$0) }
    if let padding { weight[padding] = .zeros([width]) }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    if !input.dataType.isInteger {
      stop(
        "Embedding", "needs integers, found \(input.dataType); convert with to(.int64)", at: weight)
    }
    let vectors = weight.take(input.to(.int64), along: 0)
    guard let padding else { return vectors }
    return `where`(input.unsqueezed(-1) .!= Double(padding), vectors, vectors.detached())
  }
}
