import Arrays

extension Layout {
  /// The layout of the same elements after memory was rearranged: what stood where `old` has an
  /// element now stands where `new` has it. Nil where no strides express that.
  ///
  /// `old` is dense, so that every place in memory is one mixed-radix number whose digits are its
  /// indices. A view's offset and strides are written in that radix; what they add up to moves with
  /// the digits as long as no digit ever carries. Axes that lie in one another alike in both
  /// layouts make one longer digit.
  func moved(from old: Layout, to new: Layout) -> Layout? {
    if old === new || old == new { return self }
    guard count > 0, let digits = Layout.digits(from: old, to: new) else { return nil }
    var low = Array(repeating: 0, count: digits.count)
    var movedOffset = new.offset
    var rest = offset - old.offset
    if rest < 0 { return nil }
    for (place, digit) in digits.enumerated() {
      low[place] = rest / digit.step
      rest %= digit.step
      movedOffset += low[place] * digit.movedStep
    }
    var high = low
    var movedStrides = Array(repeating: 0, count: rank)
    for axis in shape.indices where strides[axis] != 0 {
      let sign = strides[axis].signum()
      var rest = abs(strides[axis])
      for (place, digit) in digits.enumerated() {
        let change = sign * (rest / digit.step)
        rest %= digit.step
        movedStrides[axis] += change * digit.movedStep
        let reach = change * (shape[axis] - 1)
        low[place] += min(reach, 0)
        high[place] += max(reach, 0)
      }
    }
    for (place, digit) in digits.enumerated() where low[place] < 0 || high[place] >= digit.length {
      return nil
    }
    return Layout(shape: shape, strides: movedStrides, offset: movedOffset)
  }

  private typealias Digit = (step: Int, length: Int, movedStep: Int)

  /// The digits of places in a dense layout, the highest first; nil where it is not dense.
  private static func digits(from old: Layout, to new: Layout) -> [Digit]? {
    let axes = old.shape.indices.filter { old.shape[$0] != 1 }
      .sorted { old.strides[$0] < old.strides[$1] }
    var digits: [Digit] = []
    var step = 1
    for axis in axes {
      if old.strides[axis] != step { return nil }
      let length = old.shape[axis]
      if let last = digits.last, new.strides[axis] == last.movedStep * last.length {
        digits[digits.count - 1].length *= length
      } else {
        digits.append((step, length, new.strides[axis]))
      }
      step *= length
    }
    // A single element has a digit too, so that every place can be written.
    if digits.isEmpty { digits.append((1, 1, 0)) }
    return digits.reversed()
  }
}
