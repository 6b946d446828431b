import Arrays
import CPUBackend

/// What one instruction of a graph computes: the entry points of a backend as data.
///
/// The operands of each are those of the backend's function of that name, in its order; optional
/// ones are said to be there or not.
package enum Operation: Sendable, Hashable {
  case fill(Double)
  /// Also converts, and moves between layouts.
  case copy
  case unary(UnaryOperation)
  case binary(BinaryOperation)
  case compare(ComparisonOperation)
  case select
  case reduce(ReductionOperation, axes: [Int])
  case argumentReduce(ArgumentReduction, axis: Int)
  case scan(ScanOperation, axis: Int, isReversed: Bool)
  /// a, b and, where it has one, the bias.
  case matmul(hasBias: Bool)
  /// A matrix [k, n] in the order in which products read their right operand: float32
  /// [panels, k, panel width].
  case pack(PackedShape)
  /// `scale` times `matmul` of batches of matrices: see `batchProducts`.
  case batchedProduct(scale: Float)
  /// `matmul` of a matrix and a packed one.
  case product(hasBias: Bool)
  /// a, b and, where it has one, the bias.
  case convolve(ConvolutionDirection, ConvolutionGeometry, hasBias: Bool)
  /// The weights of a convolution in the order in which the library reads them.
  case arrange(ConvolutionDescription)
  /// Gives the pooled numbers and, for `maximum`, the places.
  case pool(PoolingOperation, PoolingGeometry)
  /// The cotangent and, for `maximum`, the places.
  case poolBackward(PoolingOperation, PoolingGeometry)
  case rows(RowOperation)
  case rowsBackward(RowOperation)
  /// Gives mean and variance.
  case moments(axes: [Int])
  /// x, mean, variance and, where given, scale and shift.
  case normalize(epsilon: Double, axes: [Int], hasScale: Bool, hasShift: Bool)
  /// x, cotangent, mean, variance and, where given, the scale; gives those cotangents that are
  /// wanted, in the order input, scale, shift.
  case normalizeBackward(epsilon: Double, axes: [Int], hasScale: Bool, wants: NormalizeCotangents)
  case take(axis: Int)
  /// Changes its output.
  case put(ScatterOperation, axis: Int)
  case takeAlongAxis(axis: Int)
  /// Changes its output.
  case putAlongAxis(ScatterOperation, axis: Int)
  /// Gives values or indices, as said.
  case sort(axis: Int, isDescending: Bool, givesValues: Bool, givesIndices: Bool)
  /// The stream's seed and position, int64 [2].
  case random(RandomDistribution)
  /// The gradient and, where given, the numbers; changes the parameter, both moments and, where
  /// given, the largest second moment.
  case adam(AdamUpdate, hasNumbers: Bool, hasLargest: Bool)
  /// Changes its output.
  case addScaled(Float)
  /// Leaves its output as it is. What reads that does not run before the operand is there, and is
  /// not the same as what was computed of the output before.
  case wait
  /// Indices that are checked, and brought into the range of an axis.
  case settleIndices(IndexCheck)
  /// Changes its outputs: see `Loop`.
  case loop(Loop)
  /// See `Branch`.
  case branch(Branch)
  /// Several of them as one.
  case fused(Fusion)
}

/// Which results of a normalization's pullback are wanted.
package struct NormalizeCotangents: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let input = NormalizeCotangents(rawValue: 1)
  package static let scale = NormalizeCotangents(rawValue: 2)
  package static let shift = NormalizeCotangents(rawValue: 4)
}
