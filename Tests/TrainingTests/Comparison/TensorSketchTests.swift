import Myelin
import Testing

@Suite struct TensorSketchTests {
  private func norm(_ numbers: [Float]) -> Double {
    numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// The mean of the squared distance over pairs is right, and few single ones are far off.
  @Test func estimatesDistances() {
    var random = RandomSource(seed: 5)
    var (ratios, far) = (0.0, 0)
    for _ in 0..<200 {
      let a = random.normal([40, 25])
      let b = a + random.normal([40, 25]) * 1e-3
      let exact = norm((a - b).scalars(as: Float.self))
      let ratio = TensorSketch(a).distance(to: TensorSketch(b)) / exact
      ratios += ratio * ratio
      if !(0.5...1.75).contains(ratio) { far += 1 }
    }
    #expect(abs(ratios / 200 - 1) < 0.15)
    #expect(far <= 6)
  }

  /// One element that differs, by the last bit, is measured as it is.
  @Test func measuresASingleElement() {
    let numbers = (0..<1000).map { Float($0) * 0.37 }
    for place in [0, 1, 500, 999] {
      var others = numbers
      others[place] = numbers[place].nextUp
      let distance = TensorSketch(Tensor(numbers)).distance(to: TensorSketch(Tensor(others)))
      let exact = Double(others[place]) - Double(numbers[place])
      #expect(abs(distance - exact) <= 1e-9 * max(exact, 1e-3), "\(place)")
    }
  }

  @Test func isOfEveryElementType() {
    let numbers: [Double] = [3, -4, 0, 12]
    for type in [DataType.float32, .float64, .float16, .bfloat16, .int64, .int8] {
      #expect(TensorSketch(Tensor(numbers).to(type)).norm == 13, "\(type)")
    }
    #expect(TensorSketch(Tensor([] as [Float])).norm == 0)
    let odd = TensorSketch(Tensor([1, .nan] as [Float]))
    #expect(odd.norm.isNaN && odd.distance(to: odd).isNaN)
  }
}
