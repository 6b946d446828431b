import Arrays

/// Pooling over the spatial axes of [N, C, spatial…]: maximum or average.
package struct PoolPrimitive: Primitive {
  package let operation: PoolingOperation
  package let geometry: PoolingGeometry
  /// Where each maximum stood, once `forward` has run.
  private let record = PoolRecord()

  package init(_ operation: PoolingOperation, _ geometry: PoolingGeometry) {
    self.operation = operation
    self.geometry = geometry
  }

  package var name: String { operation == .maximum ? "maxPool" : "averagePool" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let shape = inputs[0].shape
    let axes = geometry.window.count
    guard shape.rank == axes + 2 else {
      throw ShapeError(name, "needs \(axes + 2) axes, [N, C, …], found \(shape)")
    }
    if !inputs[0].dataType.isFloatingPoint {
      throw ShapeError(
        name, "needs floating-point numbers, found \(inputs[0].dataType); convert with to(.float32)"
      )
    }
    let lengths = geometry.outputLengths(input: Array(shape.lengths.dropFirst(2)))
    if lengths.contains(where: { $0 <= 0 }) {
      throw ShapeError(
        name,
        "the window \(Shape(geometry.window)) does not fit into \(shape) "
          + "with padding \(geometry.paddingLow)")
    }
    return TensorSpec(Shape([shape[0], shape[1]] + lengths), inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    let layout =
      x.layout.isChannelsLast && !x.isContiguous
      ? Layout(channelsLast: spec.shape) : Layout(contiguous: spec.shape)
    let result = NDArray(uninitialized: layout, spec.dataType)
    if operation == .maximum {
      let indices = NDArray(uninitialized: layout, .int32)
      backend.pool(operation, x, geometry: geometry, indices: indices, into: result)
      record.indices = indices
    } else {
      backend.pool(operation, x, geometry: geometry, indices: nil, into: result)
    }
    return result
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(
      apply(
        PoolPullbackPrimitive(
          operation, geometry, target: call.inputs[0].shape, indices: record.indices),
        [call.cotangent]), to: 0)
  }
}

/// Written once, by the forward call of the one node that owns it.
private final class PoolRecord: @unchecked Sendable {
  var indices: NDArray?
}

/// The pullback of pooling, a linear map of the output's cotangent: spreads it over the windows, or
/// puts it where the maximum stood.
struct PoolPullbackPrimitive: Primitive {
  let operation: PoolingOperation
  let geometry: PoolingGeometry
  let target: Shape
  let indices: NDArray?

  init(
    _ operation: PoolingOperation, _ geometry: PoolingGeometry, target: Shape, indices: NDArray?
  ) {
    self.operation = operation
    self.geometry = geometry
    self.target = target
    self.indices = indices
  }

  var name: String { "pooling's pullback" }

  func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    TensorSpec(target, inputs[0].dataType)
  }

  func forward(_ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend) -> NDArray {
    var cotangent = inputs[0].array
    var layout = Layout(contiguous: target)
    if let indices {
      // Indices and cotangent are read side by side, so they must lie alike.
      if !cotangent.layout.hasSameStrides(as: indices.layout) {
        let copy = NDArray(uninitialized: indices.layout, cotangent.dataType)
        backend.copy(cotangent, into: copy)
        cotangent = copy
      }
    }
    if cotangent.layout.isChannelsLast && !cotangent.isContiguous {
      layout = Layout(channelsLast: target)
    }
    let result = NDArray(uninitialized: layout, spec.dataType)
    backend.poolBackward(
      operation, cotangent, indices: indices, geometry: geometry, into: result)
    return result
  }

  var saved: SavedValues { [] }

  func pullback(_ call: PullbackCall) {
    let dz = call.cotangent
    guard let indices else {
      call.add(apply(PoolPrimitive(operation, geometry), [dz]), to: 0)
      return
    }
    // Gather what stands where the maxima stood.
    let lengths = indices.shape.lengths
    let windows = Shape(lengths.prefix(2) + [lengths.dropFirst(2).reduce(1, *)])
    let places = Tensor(indices).to(.int64).reshaped(to: windows)
    let isReal = places .>= 0
    let values = dz.reshaped(to: windows).takeAlongAxis(
      `where`(isReal, places, places.zerosLike()), axis: 2)
    call.add(
      `where`(isReal, values, values.zerosLike()).reshaped(to: indices.shape), to: 0)
  }
}

extension PoolingGeometry {
  /// The output's spatial lengths; zero or less where the window does not fit.
  package func outputLengths(input: [Int]) -> [Int] {
    input.indices.map { axis in
      let span = dilation[axis] * (window[axis] - 1) + 1
      let room = input[axis] + paddingLow[axis] + paddingHigh[axis] - span
      return room < 0 ? 0 : room / stride[axis] + 1
    }
  }
}

extension PoolPrimitive {
  package static let exemplars: [Exemplar] = {
    let halves = PoolingGeometry(
      window: [2, 2], stride: [2, 2], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
    let overlapping = PoolingGeometry(
      window: [3, 2], stride: [2, 1], dilation: [1, 1], paddingLow: [1, 0], paddingHigh: [1, 1])
    let line = PoolingGeometry(
      window: [3], stride: [1], dilation: [1], paddingLow: [1], paddingHigh: [1])
    let cases: [(PoolingGeometry, Shape)] = [
      (halves, [2, 2, 4, 6]), (overlapping, [1, 2, 5, 4]), (line, [2, 1, 5]),
    ]
    return PoolingOperation.allCases.flatMap { operation in
      cases.map { geometry, shape in
        Exemplar("\(operation) pool \(geometry.window)", [.init(shape)]) {
          apply(PoolPrimitive(operation, geometry), $0)
        }
      }
    }
  }()
}
