import Arrays
import Tensors

/// A residual block: y = body(x) + x, or body(x) + shortcut(x) where the body changes the shape. He
/// et al., 2016, "Deep residual learning for image recognition".
///
///     Residual {
///       Conv2D(16, 32, kernel: 3, stride: 2, padding: 1, bias: false)
///       BatchNorm2D(32)
///       relu
///       Conv2D(32, 32, kernel: 3, padding: 1, bias: false)
///       BatchNorm2D(32)
///     } shortcut: {
///       Conv2D(16, 32, kernel: 1, stride: 2, bias: false)
///       BatchNorm2D(32)
///     }
public struct Residual: Layer {
  /// What the input goes through.
  public var body: Sequential
  /// nil where the input itself is added.
  public var shortcut: Sequential?

  /// A block whose shortcut is the input itself.
  public init(@SequentialBuilder _ body: () -> [any Layer]) {
    self.body = Sequential(body())
  }

  /// A block whose shortcut is a network of its own.
  public init(
    @SequentialBuilder _ body: () -> [any Layer],
    @SequentialBuilder shortcut: () -> [any Layer]
  ) {
    self.body = Sequential(body())
    self.shortcut = Sequential(shortcut())
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let y = body(input)
    let x = shortcut?(input) ?? input
    if x.shape != y.shape {
      stop(
        "Residual: the body makes \(y.shape) of \(input.shape), the shortcut \(x.shape); "
          + "they must be equal")
    }
    return y + x
  }
}
