import Arrays

extension ReferenceBackend {
  package func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?
  ) {
    Sorting(
      input: input, axis: axis, isDescending: isDescending, values: values, indices: indices
    ).run(on: input.dataType)
  }
}

private struct Sorting: ElementPass {
  let input: NDArray
  let axis: Int
  let isDescending: Bool
  let values: NDArray?
  let indices: NDArray?

  func run<E: Element>(_ type: E.Type) {
    if input.count == 0 { return }
    let absent = [Int](repeating: 0, count: input.rank)
    let source = input.pointer(as: E.self)
    let sorted = values?.pointer(as: E.self), order = indices?.pointer(as: Int64.self)
    let step = input.strides[axis]
    let (valueStep, indexStep) = (values?.strides[axis] ?? 0, indices?.strides[axis] ?? 0)
    let length = input.shape[axis]
    var lane: [(value: E, index: Int)] = []
    lane.reserveCapacity(length)
    Traversal(
      input.shape.collapsed([axis]), input.strides, values?.strides ?? absent,
      indices?.strides ?? absent
    ).forEach { place in
      lane.removeAll(keepingCapacity: true)
      for i in 0..<length { lane.append((source[place[0] + i * step], i)) }
      lane.sort { precedes($0, $1) }
      for i in 0..<length {
        sorted?[place[1] + i * valueStep] = lane[i].value
        order?[place[2] + i * indexStep] = Int64(lane[i].index)
      }
    }
  }

  /// The order of values, and of their places among equals.
  private func precedes<E: Element>(
    _ a: (value: E, index: Int), _ b: (value: E, index: Int)
  ) -> Bool {
    let (x, y) = (a.value.wide, b.value.wide)
    if x.sortsBefore(y) { return !isDescending }
    if y.sortsBefore(x) { return isDescending }
    return a.index < b.index
  }
}
