import Arrays
import Testing

struct ElementwiseTests {
  @Test(
    arguments: [
      (UnaryOperation.negate, [-1.5, 0, 2], [1.5, 0, -2]),
      (.sign, [-3, 0, 5, .nan], [-1, 0, 1, .nan]),
      (.round, [0.5, 1.5, 2.5, -0.5, -1.5], [0, 2, 2, 0, -2]),
      (.exp, [0, 1, -.infinity, .nan], [1, 2.718281828459045, 0, .nan]),
      (.log, [1, 0, -1, .infinity], [0, -.infinity, .nan, .infinity]),
      (.reciprocalSquareRoot, [4, 0.25], [0.5, 2]),
      (.erf, [0.5, -1], [0.5204998778130465, -0.8427007929497149]),
      (.sigmoid, [0, 1000, -1000, 1, .nan], [0.5, 1, 0, 0.7310585786300049, .nan]),
      (.relu, [-1, 2, .nan], [0, 2, .nan]),
      (.softplus, [0, 1000, -1000, .nan], [0.6931471805599453, 1000, 0, .nan]),
      (.gelu, [1, -1, 0], [0.8413447460685429, -0.15865525393145707, 0]),
      (.geluTanh, [1, -1], [0.8411919906082768, -0.15880800939172324]),
      (.silu, [1, -1000], [0.7310585786300049, 0]),
      (.scale(3), [2, -1], [6, -3]), (.shift(0.5), [1], [1.5]), (.power(3), [2, -2], [8, -8]),
      (.clamp(lower: -1, upper: 1), [-3, 0.5, 3, .nan], [-1, 0.5, 1, .nan]),
      (.leakyReLU(0.1), [-10, 10], [-1, 10]),
      (.isNaN, [.nan, 1, .infinity], [1, 0, 0]), (.isFinite, [.nan, 1, .infinity], [0, 1, 0]),
      (.isInfinite, [.nan, 1, -.infinity], [0, 0, 1]),
    ] as [(UnaryOperation, [Double], [Double])])
  func unary(_ operation: UnaryOperation, _ input: [Double], _ expected: [Double]) {
    for dataType in floatingTypes {
      let input = array(input, [input.count], dataType)
      let isTest = [.isNaN, .isFinite, .isInfinite].contains(operation)
      let output = empty(input.shape, isTest ? .bool : dataType)
      reference.unary(operation, input, into: output)
      let tolerance = dataType == .bfloat16 ? 8e-3 : dataType == .float16 ? 1e-3 : 1e-6
      #expect(close(values(output), expected, tolerance), "\(operation) \(dataType)")
    }
  }

  @Test(
    arguments: [
      (UnaryOperation.negate, [Int8(-128), 1], [Int8(-128), -1]),
      (.absolute, [-128, -3], [-128, 3]),
      (.sign, [-5, 0], [-1, 0]), (.square, [12, 16], [-112, 0]), (.scale(2.9), [3], [6]),
      (.clamp(lower: -.infinity, upper: 4), [-128, 9], [-128, 4]), (.power(2), [5, -3], [25, 9]),
    ] as [(UnaryOperation, [Int8], [Int8])])
  func unaryIntegersWrap(_ operation: UnaryOperation, _ input: [Int8], _ expected: [Int8]) {
    let output = empty([input.count], .int8)
    reference.unary(operation, vector(input), into: output)
    #expect(values(output) == expected.map(Double.init))
  }

  @Test(
    arguments: [
      (BinaryOperation.divide, [7.0, -7, 1, 0], [2.0, 2, 0, 0], [3.5, -3.5, .infinity, .nan]),
      (.remainder, [5, -5, 5, 5.5], [3, 3, -3, 0], [2, 1, -1, .nan]),
      (.maximum, [1, .nan, 2], [2, 1, .nan], [2, .nan, .nan]),
      (.minimum, [1, .nan, 2], [2, 1, .nan], [1, .nan, .nan]),
      (.power, [2, 0, -8], [10, 0, 2], [1024, 1, 64]), (.atan2, [0, 1], [1, 0], [0, .pi / 2]),
      (.sigmoidGradient, [0.5], [2], [0.5]), (.tanhGradient, [0.5], [2], [1.5]),
      (.reluGradient, [-1, 0, 2], [5, 5, 5], [0, 0, 5]),
      (.geluGradient, [1, 0], [1, 2], [1.0833154705876863, 1]),
      (.geluTanhGradient, [1, 0], [1, 2], [1.0829640838457826, 1]),
      (.siluGradient, [1, -1000], [1, 1], [0.9276705118714867, 0]),
    ] as [(BinaryOperation, [Double], [Double], [Double])])
  func binary(_ operation: BinaryOperation, _ a: [Double], _ b: [Double], _ expected: [Double]) {
    let output = empty([a.count], .float64)
    reference.binary(operation, vector(a), vector(b), into: output)
    #expect(close(values(output), expected, 1e-12), "\(values(output))")
  }

  @Test(
    arguments: [
      (BinaryOperation.add, [Int32.max], [Int32(1)], [Int32.min]),
      (.multiply, [Int32.max], [2], [-2]),
      (.divide, [7, -7, .min, 5], [2, 2, -1, 0], [3, -3, .min, 0]),
      (.remainder, [5, -5, 5, .min, 5], [3, 3, -3, -1, 0], [2, 1, -1, 0, 0]),
      (.power, [3, 2, -1, 0], [4, -1, -3, -1], [81, 0, -1, 0]),
    ] as [(BinaryOperation, [Int32], [Int32], [Int32])])
  func integersWrapAndNeverTrap(
    _ operation: BinaryOperation, _ a: [Int32], _ b: [Int32], _ expected: [Int32]
  ) {
    let narrow = empty([a.count], .int32), wide = empty([1], .int64)
    reference.binary(operation, vector(a), vector(b), into: narrow)
    #expect(values(narrow) == expected.map(Double.init))
    reference.binary(.divide, vector([Int64.min]), vector([Int64(-1)]), into: wide)
    #expect(wide.pointer(as: Int64.self)[0] == .min)
  }

  @Test func binaryWalksStridedOperands() {
    let x = array([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let output = empty([3, 2], .float32)
    reference.binary(
      .add, permuted(x, [1, 0]), rows(reversed(vector([10, 20] as [Float]), 0), 3), into: output)
    #expect(values(output) == [21, 14, 22, 15, 23, 16])
    reference.binary(
      .add, empty([0, 2], .int8), empty([0, 2], .int8), into: empty([0, 2], .int8))
  }

  @Test(
    arguments: zip(
      ComparisonOperation.allCases,
      [[0.0, 1, 0, 0], [1, 0, 1, 1], [1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0]]))
  func compares(_ operation: ComparisonOperation, _ expected: [Double]) {
    let output = empty([4], .bool)
    let a = vector([1, 2, 3, Double.nan]), b = vector([2.0, 2, 2, 2])
    reference.compare(operation, a, b, into: output)
    #expect(values(output) == expected)
  }

  @Test func comparesLargeIntegersExactly() {
    let output = empty([1], .bool)
    reference.compare(.less, vector([Int64.max - 1]), vector([Int64.max]), into: output)
    #expect(values(output) == [1])
  }
}
