import Arrays

/// A tensor for each step: in one with steps on axis 0, or one by one.
enum TimeSeries: Sendable {
  case stacked(Tensor)
  case steps([Tensor])

  /// The steps, views where they lie in one tensor.
  var steps: [Tensor] {
    switch self {
    case .stacked(let tensor): tensor.unstacked()
    case .steps(let steps): steps
    }
  }

  /// All steps in one tensor.
  var stacked: Tensor {
    switch self {
    case .stacked(let tensor): tensor
    case .steps(let steps): stack(steps)
    }
  }

  /// What was there before each step, of a series of what was there after it.
  func before(startingFrom start: Tensor, isReversed: Bool) -> TimeSeries {
    switch self {
    case .steps(let steps):
      return .steps(isReversed ? steps.dropFirst() + [start] : [start] + steps.dropLast())
    case .stacked(let tensor):
      let (first, count) = (start.unsqueezed(0), tensor.shape[0])
      return .stacked(
        isReversed
          ? concatenate([tensor[1..<count], first]) : concatenate([first, tensor[0..<count - 1]]))
    }
  }
}

/// A loop over steps of time. Eagerly, and for few steps of a compiled function, it is a Swift loop,
/// whose steps are planned one by one; for many it is one instruction, whatever their number.
struct TimeLoop {
  let count: Int
  let isReversed: Bool

  /// The most steps that a compiled function plans one by one.
  static let mostPlanned = 128

  typealias Body =
    @Sendable (_ carry: [Tensor], _ elements: [Tensor]) -> (carry: [Tensor], outputs: [Tensor])

  func run(
    over sequences: [TimeSeries], from start: [Tensor], _ body: @escaping Body
  ) -> (carry: [Tensor], outputs: [TimeSeries]) {
    if Trace.isActive && count > TimeLoop.mostPlanned {
      let (last, outputs) = scan(
        over: sequences.map(\.stacked), from: start, reversed: isReversed
      ) { (carry: inout [Tensor], elements: [Tensor]) -> [Tensor] in
        let (next, outputs) = body(carry, elements)
        carry = next
        return outputs
      }
      return (last, outputs.map { .stacked($0) })
    }
    let steps = sequences.map(\.steps)
    var carry = start
    var outputs: [[Tensor]] = Array(repeating: [], count: count)
    for step in isReversed ? Array((0..<count).reversed()) : Array(0..<count) {
      (carry, outputs[step]) = body(carry, steps.map { $0[step] })
    }
    return (carry, outputs[0].indices.map { place in .steps(outputs.map { $0[place] }) })
  }
}
