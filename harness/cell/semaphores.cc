#include "harness/cell/semaphores.h"

namespace lockstep::cell {

void reset_semaphores(Cell& cell) {
  for (int index = 0; index < kSemaphoresMax && cell.semaphores[index].used; ++index) {
    Semaphore& semaphore = cell.semaphores[index];
    semaphore.value = semaphore.initial;
    if (cell.mode != Mode::kVirtual) {
      sem_init(&cell.real_semaphores[index], 1, static_cast<unsigned>(semaphore.initial));
      cell.reports.semaphores[index].posts.store(0);
      cell.reports.semaphores[index].acquired.store(0);
    }
  }
}

}  // namespace lockstep::cell
