import Arrays
import Tensors
import Testing

/// Einstein's summation in all the ways in which axes meet.
@Suite struct EinsumTests {
  @Test(arguments: equations)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let equations = table {
    Row("ij,jk->ik of a, b", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) { einsum("ij,jk->ik", a, b) }
    Row("ij,jk of a, b", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) { einsum("ij,jk", a, b) }
    Row("ij,jk->ki of a, b", [3, 3], [2, 5, 8, 3, 5, 7, -4, -6, -8]) { einsum("ij,jk->ki", a, b) }
    Row("ij->ji of a", [2, 3], [1, 3, 5, 2, 4, 6]) { einsum("ij->ji", a) }
    Row("ij-> of a", [], [21]) { einsum("ij->", a) }
    Row("ij->i of a", [3], [3, 7, 11]) { einsum("ij->i", a) }
    Row("ij->j of a", [2], [9, 12]) { einsum("ij->j", a) }
    Row("ba of a", [2, 3], [1, 3, 5, 2, 4, 6]) { einsum("ba", a) }
    Row("iii->i of cube", [3], [0, 13, 26]) { einsum("iii->i", cube) }
    Row("iii-> of cube", [], [39]) { einsum("iii->", cube) }
    Row("iij->ij of cube", [3, 3], [0, 1, 2, 12, 13, 14, 24, 25, 26]) { einsum("iij->ij", cube) }
    Row("iji->ji of cube", [3, 3], [0, 10, 20, 3, 13, 23, 6, 16, 26]) { einsum("iji->ji", cube) }
    Row("ii of cube[0]", [], [12]) { einsum("ii", cube[0]) }
    Row("i,i-> of v3, v3", [], [14]) { einsum("i,i->", v3, v3) }
    Row("i,i->i of v3, v3", [3], [1, 4, 9]) { einsum("i,i->i", v3, v3) }
    Row("i,j->ij of v3, v2", [3, 2], [1, -2, 2, -4, 3, -6]) { einsum("i,j->ij", v3, v2) }
    Row("i,j of v3, v2", [3, 2], [1, -2, 2, -4, 3, -6]) { einsum("i,j", v3, v2) }
    Row("i,j->ji of v3, v2", [2, 3], [1, 2, 3, -2, -4, -6]) { einsum("i,j->ji", v3, v2) }
    Row(
      "bij,bjk->bik of s, t", [2, 3, 3],
      [12, 7.5, 3, 7, 4.5, 2, 2, 1.5, 1, 6, 7.5, 9, 13, 16.5, 20, 20, 25.5, 31]
    ) {
      einsum("bij,bjk->bik", s, t)
    }
    Row("bij,bjk->ik of s, t", [3, 3], [18, 15, 12, 20, 21, 22, 22, 27, 32]) {
      einsum("bij,bjk->ik", s, t)
    }
    Row("bij,bjk->b of s, t", [2], [40.5, 148.5]) { einsum("bij,bjk->b", s, t) }
    Row(
      "bij,kj->bik of s, a", [2, 3, 3],
      [-13, -31, -49, -7, -17, -27, -1, -3, -5, 5, 11, 17, 11, 25, 39, 17, 39, 61]
    ) {
      einsum("bij,kj->bik", s, a)
    }
    Row(
      "bij,bkj->bik of s, s", [2, 3, 3],
      [41, 23, 5, 23, 13, 3, 5, 3, 1, 5, 11, 17, 11, 25, 39, 17, 39, 61]
    ) {
      einsum("bij,bkj->bik", s, s)
    }
    Row(
      "bhqd,bhkd->bhqk of q, q", [2, 2, 3, 3],
      [
        0.0625, 0.1875, 0.3125, 0.1875, 0.8125, 1.4375, 0.3125, 1.4375, 2.5625, 5.3125, 6.9375,
        8.5625, 6.9375, 9.0625, 11.1875, 8.5625, 11.1875, 13.8125, 19.5625, 22.6875, 25.8125,
        22.6875, 26.3125, 29.9375, 25.8125, 29.9375, 34.0625, 42.8125, 47.4375, 52.0625, 47.4375,
        52.5625, 57.6875, 52.0625, 57.6875, 63.3125,
      ]
    ) {
      einsum("bhqd,bhkd->bhqk", q, q)
    }
    Row(
      "bhqd,bkd->bhqk of q, s", [2, 2, 3, 3],
      [
        -1, -0.5, 0, -5.5, -3, -0.5, -10, -5.5, -1, -14.5, -8, -1.5, -19, -10.5, -2, -23.5, -13,
        -2.5, 9.5, 22, 34.5, 11, 25.5, 40, 12.5, 29, 45.5, 14, 32.5, 51, 15.5, 36, 56.5, 17, 39.5,
        62,
      ]
    ) {
      einsum("bhqd,bkd->bhqk", q, s)
    }
    Row(
      "...ij,...jk->...ik of q, t", [2, 2, 3, 3],
      [
        -0.125, 0, 0.125, -1.375, -0.75, -0.125, -2.625, -1.5, -0.375, 5.875, 7.5, 9.125, 7.625,
        9.75, 11.875, 9.375, 12, 14.625, -7.625, -4.5, -1.375, -8.875, -5.25, -1.625, -10.125, -6,
        -1.875, 16.375, 21, 25.625, 18.125, 23.25, 28.375, 19.875, 25.5, 31.125,
      ]
    ) {
      einsum("...ij,...jk->...ik", q, t)
    }
    Row(
      "...ij,jk->...ik of s, b", [2, 3, 3],
      [-7, -3, 2, -4, -1, 0, -1, 1, -2, 2, 3, -4, 5, 5, -6, 8, 7, -8]
    ) {
      einsum("...ij,jk->...ik", s, b)
    }
    Row("i...->... of s", [3, 2], [-4, -2, 0, 2, 4, 6]) { einsum("i...->...", s) }
    Row(
      "...i->... of q", [2, 2, 3],
      [0.25, 1.25, 2.25, 3.25, 4.25, 5.25, 6.25, 7.25, 8.25, 9.25, 10.25, 11.25]
    ) {
      einsum("...i->...", q)
    }
    Row("b...,b...->b... of s, s", [2, 3, 2], [25, 16, 9, 4, 1, 0, 1, 4, 9, 16, 25, 36]) {
      einsum("b...,b...->b...", s, s)
    }
    Row("...,... of a, a", [3, 2], [1, 4, 9, 16, 25, 36]) { einsum("...,...", a, a) }
    Row("ij,jk,k->i of a, b, v3", [3], [-4, -3, -2]) { einsum("ij,jk,k->i", a, b, v3) }
    Row("ij,jk,kl->il of a, b, a", [3, 2], [-9, -8, -10, -6, -11, -4]) {
      einsum("ij,jk,kl->il", a, b, a)
    }
    Row("i,ij,j-> of v3, a, v2", [], [-34]) { einsum("i,ij,j->", v3, a, v2) }
    Row("a,b,c->abc of v2, v3, v2", [2, 3, 2], [1, -2, 2, -4, 3, -6, -2, 4, -4, 8, -6, 12]) {
      einsum("a,b,c->abc", v2, v3, v2)
    }
    Row("ij,ij-> of a, a", [], [91]) { einsum("ij,ij->", a, a) }
    Row("ij,ij,ij->ij of a, a, a", [3, 2], [1, 8, 27, 64, 125, 216]) {
      einsum("ij,ij,ij->ij", a, a, a)
    }
    Row("ij,k->ijk of a, v2", [3, 2, 2], [1, -2, 2, -4, 3, -6, 4, -8, 5, -10, 6, -12]) {
      einsum("ij,k->ijk", a, v2)
    }
    Row("abc,cba->b of s, s.transposed()", [3], [46, 38, 62]) {
      einsum("abc,cba->b", s, s.transposed())
    }
    Row("ij , jk -> ik of a, b", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) {
      einsum("ij , jk -> ik", a, b)
    }
    Row("xY,Yz->xz of a, b", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) { einsum("xY,Yz->xz", a, b) }
    Row("an axis of length 1 stretches", [3], [3, 14, 33]) {
      einsum("ij,ij->i", a, Tensor([[1], [2], [3]] as [[Float]]))
    }
    Row("integers", [2, 2], [7, 10, 15, 22], .int64) { einsum("ij,jk->ik", m, m) }
  }

  private static let a = Tensor([[1, 2], [3, 4], [5, 6]] as [[Float]])
  private static let b = Tensor([[1, -1, 2], [0.5, 2, -3]] as [[Float]])
  private static let v2: Tensor = [1, -2]
  private static let v3: Tensor = [1, 2, 3]
  private static let s = Tensor.range(0..<12, .float32).reshaped(to: [2, 3, 2]) - 5
  private static let t = (Tensor.range(0..<12, .float32).reshaped(to: [2, 2, 3]) - 4) / 2
  private static let q = Tensor.range(0..<24, .float32).reshaped(to: [2, 2, 3, 2]) / 4
  private static let cube = Tensor.range(0..<27, .float32).reshaped(to: [3, 3, 3])
  private static let m = Tensor([[1, 2], [3, 4]])
}
