import Arrays

extension ReferenceBackend {
  package func reduce(
    _ operation: ReductionOperation, _ input: NDArray, axes: [Int], into output: NDArray
  ) {
    Reduction(operation: operation, input: input, output: output).run(on: input.dataType)
  }

  package func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray
  ) {
    ArgumentPass(operation: operation, input: input, axis: axis, output: output)
      .run(on: input.dataType)
  }

  package func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool, into output: NDArray
  ) {
    Scan(operation: operation, input: input, axis: axis, isReversed: isReversed, output: output)
      .run(on: input.dataType)
  }
}

private struct Reduction: ElementPass {
  let operation: ReductionOperation
  let input: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    switch operation {
    case .sum: fold(type, from: .zero) { $0.adding($1) }
    case .mean:
      let count = E.Wide(count: input.count / max(output.count, 1))
      fold(type, from: .zero, { $0.adding($1) }, finish: { $0.divided(by: count) })
    case .product: fold(type, from: .one) { $0.multiplied(by: $1) }
    case .maximum: fold(type, from: .lowest) { $0.larger($1) }
    case .minimum: fold(type, from: .highest) { $0.smaller($1) }
    case .any: fold(type, from: .zero) { $0 != .zero || $1 != .zero ? .one : .zero }
    case .all: fold(type, from: .one) { $0 != .zero && $1 != .zero ? .one : .zero }
    }
  }

  @inline(__always)
  private func fold<E: Element>(
    _ type: E.Type, from initial: E.Wide, _ combine: (E.Wide, E.Wide) -> E.Wide,
    finish: (E.Wide) -> E.Wide = { $0 }
  ) {
    let source = input.pointer(as: E.self)
    let totals = Accumulators(output.shape, initial: initial)
    let values = totals.values
    let walk = Traversal(input.shape, input.strides, totals.stretchedStrides)
    walk.forEachRow { start, step, count in
      for i in 0..<count {
        let place = start[1] + i * step[1]
        values[place] = combine(values[place], source[start[0] + i * step[0]].wide)
      }
    }
    totals.store(into: output, as: type, finish)
  }
}

private struct ArgumentPass: ElementPass {
  let operation: ArgumentReduction
  let input: NDArray
  let axis: Int
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let source = input.pointer(as: E.self), target = output.pointer(as: Int64.self)
    let length = input.shape[axis], step = input.strides[axis]
    Traversal(output.shape, input.strides, output.strides).forEach { place in
      var best = 0
      var value = source[place[0]].wide
      for i in 0..<length where !value.isNotANumber {
        let candidate = source[place[0] + i * step].wide
        let wins = operation == .maximum ? candidate > value : candidate < value
        if wins || candidate.isNotANumber { (best, value) = (i, candidate) }
      }
      target[place[1]] = Int64(best)
    }
  }
}

private struct Scan: ElementPass {
  let operation: ScanOperation
  let input: NDArray
  let axis: Int
  let isReversed: Bool
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let source = input.pointer(as: E.self), target = output.pointer(as: E.self)
    let length = input.shape[axis]
    let (from, to) = (input.strides[axis], output.strides[axis])
    let lanes = length == 0 ? input.shape : input.shape.collapsed([axis])
    Traversal(lanes, input.strides, output.strides).forEach { place in
      var total = operation == .sum ? E.Wide.zero : .one
      for step in 0..<length {
        let i = isReversed ? length - 1 - step : step
        let value = source[place[0] + i * from].wide
        total = operation == .sum ? total.adding(value) : total.multiplied(by: value)
        target[place[1] + i * to] = E(narrowing: total)
      }
    }
  }
}
