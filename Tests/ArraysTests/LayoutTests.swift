import Arrays
import Testing

@Suite struct LayoutTests {
  struct Case: Sendable {
    let shape: Shape
    let strides: [Int]
    var offset = 0
    let isContiguous: Bool
    let isDense: Bool
    let isChannelsLast: Bool
  }

  @Test(arguments: [
    Case(shape: [], strides: [], isContiguous: true, isDense: true, isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [3, 1], isContiguous: true, isDense: true, isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [3, 1], offset: 1, isContiguous: false, isDense: true,
      isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [1, 2], isContiguous: false, isDense: true, isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [4, 1], isContiguous: false, isDense: false, isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [0, 1], isContiguous: false, isDense: false, isChannelsLast: false),
    Case(
      shape: [2, 3], strides: [-3, 1], offset: 3, isContiguous: false, isDense: false,
      isChannelsLast: false),
    Case(
      shape: [1, 3], strides: [99, 1], isContiguous: true, isDense: true, isChannelsLast: false),
    Case(
      shape: [2, 3, 4, 5], strides: [60, 1, 15, 3], isContiguous: false, isDense: true,
      isChannelsLast: true),
    Case(
      shape: [2, 3, 4, 5], strides: [60, 20, 5, 1], isContiguous: true, isDense: true,
      isChannelsLast: false),
    Case(
      shape: [2, 1, 4, 5], strides: [20, 20, 5, 1], isContiguous: true, isDense: true,
      isChannelsLast: true),
    Case(
      shape: [2, 3, 1, 1], strides: [3, 1, 1, 1], isContiguous: true, isDense: true,
      isChannelsLast: true),
    Case(
      shape: [2, 3, 4], strides: [12, 1, 3], isContiguous: false, isDense: true,
      isChannelsLast: true),
  ])
  func knowsItsKind(_ row: Case) {
    let layout = Layout(shape: row.shape, strides: row.strides, offset: row.offset)
    #expect(layout.isContiguous == row.isContiguous)
    #expect(layout.isDense == row.isDense)
    #expect(layout.isChannelsLast == row.isChannelsLast)
    #expect(layout.count == row.shape.elementCount)
  }

  @Test(
    arguments: [([2, 3, 4], [12, 4, 1]), ([5], [1]), ([], []), ([2, 0, 3], [3, 3, 1])]
      as [(Shape, [Int])])
  func rowMajorStrides(_ shape: Shape, _ strides: [Int]) {
    #expect(Layout.rowMajorStrides(shape) == strides)
    #expect(Layout(contiguous: shape).isContiguous)
  }

  @Test func channelsLastPutsChannelsInnermost() {
    #expect(Layout(channelsLast: [2, 3, 4, 5]).strides == [60, 1, 15, 3])
    #expect(Layout(channelsLast: [2, 3, 4]).strides == [12, 1, 3])
    #expect(Layout(channelsLast: [1, 2, 3, 4, 5]).strides == [120, 1, 40, 10, 2])
  }

  @Test func comparesPlacesAlone() {
    let layout = Layout(contiguous: [1, 3])
    #expect(layout.hasSameStrides(as: Layout(shape: [1, 3], strides: [7, 1], offset: 5)))
    #expect(!layout.hasSameStrides(as: Layout(shape: [1, 3], strides: [3, 2])))
    #expect(!layout.hasSameStrides(as: Layout(contiguous: [3, 1])))
  }
}
