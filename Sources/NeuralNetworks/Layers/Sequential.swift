import Arrays
import Tensors

/// Layers one after another, as many as wanted and of any kind: layers, functions of one tensor,
/// conditions and loops.
///
///     let network = Sequential {
///       Conv2D(1, 32, kernel: 3)
///       relu
///       for width in [32, 32] { Conv2D(width, width, kernel: 3, padding: .same) }
///       Flatten()
///       if drops { Dropout(0.2) }
///       Linear(32 * 26 * 26, 10)
///     }
///
/// Parameters are named by the layer's place, counted from 0, as in PyTorch: `0.weight`. A function
/// has a place too; a layer that a condition leaves out has none.
public struct Sequential: Layer {
  /// The layers, the first one first.
  public var layers: [any Layer]

  /// Layers in a list; none by default.
  public init(_ layers: [any Layer] = []) { self.layers = layers }

  /// The layers between the braces.
  public init(@SequentialBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    if Watch.isActive { return watched(input) }
    var x = input
    for layer in layers { x = layer(x) }
    return x
  }

  /// The same, telling whoever watches which layer runs.
  private func watched(_ input: Tensor) -> Tensor {
    let path = Watch.path(of: layers)
    var x = input
    for (index, layer) in layers.enumerated() {
      x = Watch.inside(path + String(index), "\(type(of: layer))") { layer(x) }
    }
    return x
  }

  // In place, so that an optimizer finds each parameter's memory unshared.
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.note(UInt64(layers.count))
    for index in layers.indices { visitor.visit(part: &layers[index], named: String(index)) }
  }
}

/// A function of one tensor as a layer; it has no parameters.
public struct FunctionLayer: Layer {
  private let function: @Sendable (Tensor) -> Tensor

  /// A layer that calls `function`.
  public init(_ function: @escaping @Sendable (Tensor) -> Tensor) { self.function = function }

  public func callAsFunction(_ input: Tensor) -> Tensor { function(input) }
}

/// Makes the layers of a `Sequential` of what stands between its braces.
@resultBuilder
public enum SequentialBuilder {
  /// A layer, a function or a list of layers.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }

  /// A layer, a function or a list of layers.
  public static func buildExpression(
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [any Layer] { [FunctionLayer(function)] }

  /// A layer, a function or a list of layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }

  /// Layers one after another.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }

  /// The layers of an `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }

  /// The layers of one branch.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }

  /// The layers of one branch.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }

  /// The layers of a loop.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }

  /// The layers of an availability check.
  public static func buildLimitedAvailability(_ part: [any Layer]) -> [any Layer] { part }
}
