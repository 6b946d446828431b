import Arrays

/// An input on which one generic suite checks a primitive: values against the reference backend,
/// derivatives of first and second order against finite differences, strided, empty and broadcast
/// inputs, and every element type.
package struct Exemplar: Sendable {
  /// A tensor to make up for the check.
  package struct Input: Sendable {
    package var shape: Shape
    /// Where its numbers lie; away from points where the function is not smooth.
    package var range: ClosedRange<Double>
    /// nil: the floating-point type under test.
    package var dataType: DataType?

    package init(
      _ shape: Shape, _ range: ClosedRange<Double> = -2...2, _ dataType: DataType? = nil
    ) {
      self.shape = shape
      self.range = range
      self.dataType = dataType
    }
  }

  package var name: String
  package var inputs: [Input]
  package var function: @Sendable ([Tensor]) -> Tensor
  /// Element types that the primitive accepts in place of floating point.
  package var dataTypes: [DataType]
  /// Whether derivatives exist and are checked.
  package var isDifferentiable: Bool

  package init(
    _ name: String, _ inputs: [Input], dataTypes: [DataType] = DataType.floatingPoint,
    isDifferentiable: Bool = true, _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.inputs = inputs
    self.function = function
    self.dataTypes = dataTypes
    self.isDifferentiable = isDifferentiable
  }

  /// The exemplars of every primitive.
  package static let all: [Exemplar] =
    UnaryPrimitive.exemplars + BinaryPrimitive.exemplars + ComparePrimitive.exemplars
    + SelectPrimitive.exemplars + ConvertPrimitive.exemplars + ReducePrimitive.exemplars
    + ArgumentReducePrimitive.exemplars + ScanPrimitive.exemplars + MatmulPrimitive.exemplars
    + LinearPrimitive.exemplars + ConvolutionPrimitive.exemplars + PoolPrimitive.exemplars
    + ExpandPrimitive.exemplars + ReshapePrimitive.exemplars + PermutePrimitive.exemplars
    + SlicePrimitive.exemplars + PlacePrimitive.exemplars + ConcatenatePrimitive.exemplars
    + TakePrimitive.exemplars + PutPrimitive.exemplars + TakeAlongAxisPrimitive.exemplars
    + PutAlongAxisPrimitive.exemplars + RowsPrimitive.exemplars + NormalizePrimitive.exemplars
}

extension DataType {
  package static let floatingPoint: [DataType] = [.float32, .float64, .float16, .bfloat16]
  package static let numeric: [DataType] = allCases.filter { $0 != .bool }
}
