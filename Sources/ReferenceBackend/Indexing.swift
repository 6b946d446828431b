import Arrays

extension ReferenceBackend {
  package func take(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    let places = SlicePlaces(slices: output, of: input, indices: indices, axis: axis)
    Gather(places: places, input: input, output: output).run(on: input.dataType)
  }

  package func put(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    let places = SlicePlaces(slices: updates, of: output, indices: indices, axis: axis)
    Scatter(operation: operation, places: places, updates: updates, output: output)
      .run(on: output.dataType)
  }

  package func takeAlongAxis(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    let places = SlicePlaces(elements: output, indices: indices, axis: axis)
    Gather(places: places, input: input, output: output).run(on: input.dataType)
  }

  package func putAlongAxis(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    let places = SlicePlaces(elements: updates, indices: indices, axis: axis)
    Scatter(operation: operation, places: places, updates: updates, output: output)
      .run(on: output.dataType)
  }
}

/// Pairs every element of an array of chosen parts with its place in the whole that they are
/// taken from.
private struct SlicePlaces {
  private let shape: Shape
  private let partStrides: [Int]
  private let indexStrides: [Int]
  private let indices: NDArray
  private let axis: Int
  private let indexedAxes: Int

  /// Slices: `axis` of the whole stands for all axes of the indices.
  init(slices: NDArray, of whole: NDArray, indices: NDArray, axis: Int) {
    let after = whole.rank - axis - 1
    self.init(
      parts: slices, indices: indices, axis: axis, indexedAxes: indices.rank,
      indexStrides: Array(repeating: 0, count: axis) + indices.strides
        + Array(repeating: 0, count: after))
  }

  /// Single elements: the indices have the parts' shape.
  init(elements: NDArray, indices: NDArray, axis: Int) {
    self.init(
      parts: elements, indices: indices, axis: axis, indexedAxes: 1, indexStrides: indices.strides)
  }

  private init(
    parts: NDArray, indices: NDArray, axis: Int, indexedAxes: Int, indexStrides: [Int]
  ) {
    shape = parts.shape
    partStrides = parts.strides
    self.indexStrides = indexStrides
    self.indices = indices
    self.axis = axis
    self.indexedAxes = indexedAxes
  }

  /// Calls `body` with every element's place in the parts and, by `strides`, in the whole.
  @inline(__always)
  func forEach(inWhole strides: [Int], _ body: (_ part: Int, _ whole: Int) -> Void) {
    let index = indices.pointer(as: Int64.self)
    let step = strides[axis]
    let others =
      strides[..<axis] + Array(repeating: 0, count: indexedAxes) + strides[(axis + 1)...]
    Traversal(shape, partStrides, indexStrides, Array(others)).forEach { place in
      body(place[0], place[2] + Int(index[place[1]]) * step)
    }
  }
}

private struct Gather: ElementPass {
  let places: SlicePlaces
  let input: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let source = input.pointer(as: E.self), target = output.pointer(as: E.self)
    places.forEach(inWhole: input.strides) { part, whole in target[part] = source[whole] }
  }
}

private struct Scatter: ElementPass {
  let operation: ScatterOperation
  let places: SlicePlaces
  let updates: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let source = updates.pointer(as: E.self), target = output.pointer(as: E.self)
    switch operation {
    case .replace:
      places.forEach(inWhole: output.strides) { part, whole in target[whole] = source[part] }
    case .add:
      let totals = Accumulators(output.shape, initial: E.Wide.zero)
      totals.load(from: output, as: type)
      places.forEach(inWhole: totals.strides) { part, whole in
        totals.values[whole] = totals.values[whole].adding(source[part].wide)
      }
      totals.store(into: output, as: type)
    }
  }
}
